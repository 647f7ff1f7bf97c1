using NUnit.Framework;

// Fixtures that neither write nor read rows of the test database, and so are marked [Parallelizable], mostly wait for programs to start and to end.
[assembly: LevelOfParallelism(4)]
