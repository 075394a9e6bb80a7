export default {
  "Good day, I am the grid worker of this community; here is my card.": "您好，我是本社区网格员，这是我的工作证。",
  "I come because of the list of this building: I ask who lives here and who still needs a test or help.": "我来核对本楼名单：看看家里住着谁，谁还没做检测、谁需要帮助。",
  "I will ask how many of you are at home, who cannot come down, and what you lack. You need not tell me more.": "我会问家里有几口人、谁不方便下楼、缺什么。别的您可以不说。",
  "It goes into the community's list, sealed on this phone, and is used for tests and help only; nobody else in the building sees it.":
    "这些只记入社区名单，在手机上是加密的，只用于检测和帮扶，楼里其他人看不到。",
  "If something is wrong, or you do not agree with me, call the community's line on the notice downstairs; you will get an answer.":
    "如有差错或您有意见，请打楼下公告上的社区电话，一定给您答复。",
  "Good day, I register at this table; the sampler sits beside me.": "您好，我在这张台子负责登记，旁边是采样人员。",
  "Everybody on today's list is tested once; it costs nothing.": "今天名单上的每个人采一次样，不收费。",
  "I need your code, your paper number or your document; without a phone we find you by your home. You tell me your surname, and I confirm your age group.":
    "请出示采样码、纸质编号或证件；没有手机的按住址登记。请说一下姓，我核对年龄段。",
  "Your name is joined to one tube; the laboratory sees the tube only. The result comes to you, or to the grid worker where you have no phone.":
    "您的姓名只对应一根采样管，实验室只看到管号。结果会通知您本人；没有手机的由网格员告知。",
  "If the name or the result is wrong, tell me here, or call the community's line on the notice; it is put right.":
    "姓名或结果如有差错，请当场告诉我，或打公告上的社区电话，会予以更正。",
  "Good day, I take the sample; it takes a few seconds.": "您好，我来采样，几秒钟就好。",
  "It is for today's round: one tube for several people, or your own if you wait apart.": "这是今天这一轮检测：几个人一管；在临时隔离区等候的单人单管。",
  "I will ask whether you bleed easily or have had an operation in nose or throat; then please open your mouth.":
    "请问您是否容易出血，鼻咽部做过手术没有？好，请张嘴。",
  "The swab goes into the tube that the registrar has opened for you, and to the laboratory today.": "拭子放进为您登记的采样管，当天送实验室。",
  "If you feel unwell afterwards, or I have hurt you, tell the head of this site, or call the community's line on the notice.":
    "采样后如有不适，或我弄疼了您，请告诉采样点负责人，或打公告上的社区电话。",
  "Good day, I keep this gate.": "您好，我负责值守这个出入口。",
  "I check passes so that the rules of this area are kept for everybody alike.": "查验通行凭证是为了对所有人一视同仁地执行本区域的规定。",
  "Please show your pass or paper; I see pass, call the desk or medical, and no name and no reason.":
    "请出示通行码或纸质证明；我只看到“放行”“联系社区”或“就医”，看不到姓名和原因。",
  "I keep no list of you; only that somebody passed is counted. Whoever goes home, to a doctor or away from danger passes in any case.":
    "我不登记您的姓名，只计人次。回家、就医、避险的，一律放行。",
  "If you do not agree, I call the desk for you now, or you call the community's line on the notice here.": "您如有意见，我现在就帮您联系社区，您也可以打这里公告上的社区电话。",
  "Good day, I call for your community; you can check me by calling the community's line back.": "您好，我代表社区给您打电话；您可以回拨社区电话核实我的身份。",
  "I call because you stand on today's list, and I want to know whether you need a test or help.": "因为您在今天的名单上，想了解您是否需要检测或帮助。",
  "I will ask where you are, whether you were tested, and how you are. I ask for no money, no code and no bank number.":
    "我会问您在哪里、做过检测没有、身体怎么样。不会问您要钱、验证码或银行卡号。",
  "I write down the answer for the grid worker of your building; it is used for nothing else.": "您的回答只记给本楼网格员，不作他用。",
  "If you want no more calls or want to complain, tell me now or call the community's line on the notice.":
    "如果不想再接电话或要投诉，请现在告诉我，或打公告上的社区电话。",
  "Good day, I am the secretary of this community and answer for its workers.": "您好，我是本社区书记，社区工作人员的事由我负责。",
  "I come because something here waits for an answer.": "我来是因为有件事还没有给您答复。",
  "I will ask what happened and what you need, and I will say by which rule we act.": "我想了解情况和您的需要，并向您说明我们依据的是哪一条规定。",
  "It is written down with the time and my name, and you may see what we have about you.": "会记下时间和我的姓名；我们记录的有关您的内容，您可以查看。",
  "If you do not agree with my answer, the subdistrict's line on the notice is above me; a paper for it is at the desk.":
    "如不同意我的答复，可打公告上的街道电话，街道是我的上级；社区服务台有书面申诉表。",
  "No network": "没有网络",
  "Go on working. Everything is kept sealed on this phone and goes out by itself. Do not delete the app's data.":
    "照常工作。所有记录加密保存在本机，有网络后自动上传。请勿清除应用数据。",
  "The camera does not work": "相机不能用",
  "Type the number or choose the home: every screen works without a camera. Allow the camera in the phone's settings when there is time.":
    "手工输入编号或按住户选择，不用相机也能完成每一步。有空时到手机设置里允许使用相机。",
  "Refused or held back": "被退回或暂缓",
  "Under Me each entry says why. Drop it, or send it again once the cause is gone; nothing is overwritten.":
    "在“我”里每条都写明原因。可以作废，或待原因消除后重新上传；不会覆盖别人的记录。",
  "The battery is low": "电量不足",
  "Let the screen go dark between homes; what you have entered is kept at once. When it is nearly empty, go on with the paper list and enter it later.":
    "两户之间让屏幕熄灭，已填内容会立即保存。电量快用完时改用纸质名单，之后补录。",
  "The storage is full": "存储空间已满",
  "The phone says at once that nothing was noted. Write it on paper, free some storage, enter it again.": "手机会立即提示没有记上。请先记在纸上，腾出空间后补录。",
  "The phone is lost": "手机丢失",
  "Tell the desk at once: it revokes the phone. Nobody opens it without the PIN, and it is wiped at its next contact.":
    "立即告知社区，由社区停用该手机。没有 PIN 码打不开；手机下次联网时自动清除数据。",
};
