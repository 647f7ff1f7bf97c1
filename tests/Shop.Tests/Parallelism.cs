using NUnit.Framework;

// Fixtures run side by side, each with a PostgreSQL server of its own; the tests of a fixture run one after the other. There are more than
// processors, because a test mostly waits: for programs to start and to end, for time-outs, for scrapes.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
