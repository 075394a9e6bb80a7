"""The same questions as one relational expression: `duck.Duck` on one machine, `spark.Spark` on a province's cluster.

`sql` holds the text, in words that DuckDB and Spark SQL share; `relational.Relational` asks it. Answers are those of `epigrid.engine.tracing.answers`, row
for row as the index gives them. DuckDB and Spark are extras: nothing else imports them.
"""
