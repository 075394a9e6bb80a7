"""The numpy reference of the engine, all in memory."""

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines.base import Engine, Oracle, distinct
from benchmarks.tracing.engines.index import queries, summed
from epigrid.engine.tracing import files, reference
from epigrid.engine.tracing.answers import Contacts


class Reference(Engine):
    """Sorting and binary search in numpy; in the city it would need more memory than such a machine has."""

    scales = ("small", "tenth")

    def prepare(self) -> None:
        self.index = reference.build(files.read(self.log.files))

    def ask(self, cases: Cases) -> tuple[Contacts, int]:
        answer = reference.contacts(self.index, queries(cases))
        return answer, distinct([answer.contact], self.log.scale.people)

    def oracle(self, answer: tuple[Contacts, int]) -> Oracle:
        return summed(*answer)
