using NUnit.Framework;

// Fixtures that do not use the test database, and so are marked [Parallelizable], mostly wait for programs to start and to end.
[assembly: LevelOfParallelism(4)]
