/** Help: for each duty the five sentences to say, and what to do when something fails. */

import type { JSX } from "preact";

import { t } from "../core/i18n";
import { me } from "../core/store";
import { ListRow } from "../ui";

/** Who I am; why I am here; what I will ask; what happens with the answers; whom to call to complain. */
export const SENTENCES: Record<string, readonly [string, string, string, string, string]> = {
  "grid-worker": [
    "Good day, I am the grid worker of this community; here is my card.",
    "I come because of the list of this building: I ask who lives here and who still needs a test or help.",
    "I will ask how many of you are at home, who cannot come down, and what you lack. You need not tell me more.",
    "It goes into the community's list, sealed on this phone, and is used for tests and help only; nobody else in the building sees it.",
    "If something is wrong, or you do not agree with me, call the community's line on the notice downstairs; you will get an answer.",
  ],
  registrar: [
    "Good day, I register at this table; the sampler sits beside me.",
    "Everybody on today's list is tested once; it costs nothing.",
    "I need your code, your paper number or your document; without a phone we find you by your home. You tell me your surname, and I confirm your age group.",
    "Your name is joined to one tube; the laboratory sees the tube only. The result comes to you, or to the grid worker where you have no phone.",
    "If the name or the result is wrong, tell me here, or call the community's line on the notice; it is put right.",
  ],
  sampler: [
    "Good day, I take the sample; it takes a few seconds.",
    "It is for today's round: one tube for several people, or your own if you wait apart.",
    "I will ask whether you bleed easily or have had an operation in nose or throat; then please open your mouth.",
    "The swab goes into the tube that the registrar has opened for you, and to the laboratory today.",
    "If you feel unwell afterwards, or I have hurt you, tell the head of this site, or call the community's line on the notice.",
  ],
  "gate-guard": [
    "Good day, I keep this gate.",
    "I check passes so that the rules of this area are kept for everybody alike.",
    "Please show your pass or paper; I see pass, call the desk or medical, and no name and no reason.",
    "I keep no list of you; only that somebody passed is counted. Whoever goes home, to a doctor or away from danger passes in any case.",
    "If you do not agree, I call the desk for you now, or you call the community's line on the notice here.",
  ],
  "phone-operator": [
    "Good day, I call for your community; you can check me by calling the community's line back.",
    "I call because you stand on today's list, and I want to know whether you need a test or help.",
    "I will ask where you are, whether you were tested, and how you are. I ask for no money, no code and no bank number.",
    "I write down the answer for the grid worker of your building; it is used for nothing else.",
    "If you want no more calls or want to complain, tell me now or call the community's line on the notice.",
  ],
  "community-secretary": [
    "Good day, I am the secretary of this community and answer for its workers.",
    "I come because something here waits for an answer.",
    "I will ask what happened and what you need, and I will say by which rule we act.",
    "It is written down with the time and my name, and you may see what we have about you.",
    "If you do not agree with my answer, the subdistrict's line on the notice is above me; a paper for it is at the desk.",
  ],
};

export const TROUBLE: readonly [string, string][] = [
  ["No network", "Go on working. Everything is kept sealed on this phone and goes out by itself. Do not delete the app's data."],
  ["The camera does not work", "Type the number or choose the home: every screen works without a camera. Allow the camera in the phone's settings when there is time."],
  ["Refused or held back", "Under Me each entry says why. Drop it, or send it again once the cause is gone; nothing is overwritten."],
  ["The battery is low", "Let the screen go dark between homes; what you have entered is kept at once. When it is nearly empty, go on with the paper list and enter it later."],
  ["The storage is full", "The phone says at once that nothing was noted. Write it on paper, free some storage, enter it again."],
  ["The phone is lost", "Tell the desk at once: it revokes the phone. Nobody opens it without the PIN, and it is wiped at its next contact."],
];

export function Help(): JSX.Element {
  const duties = [...new Set(me().value?.duties.map((each) => each.duty))].filter((duty) => duty in SENTENCES);
  return (
    <>
      <h1>{t("Help")}</h1>
      {duties.map((duty) => (
        <section key={duty}>
          <h2>{t("Five sentences to say")}</h2>
          <ol class="sentences">
            {(SENTENCES[duty] ?? []).map((sentence) => <li key={sentence}>{t(sentence)}</li>)}
          </ol>
        </section>
      ))}
      <h2>{t("When something fails")}</h2>
      {TROUBLE.map(([what, then]) => <ListRow key={what} title={t(what)} detail={t(then)} />)}
      <a class="button big tone-plain" href="#/me">{t("Back")}</a>
    </>
  );
}
