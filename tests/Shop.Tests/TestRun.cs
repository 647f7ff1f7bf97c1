using NUnit.Framework;

namespace Shop.Tests;

/// <summary>What happens before the first test and after the last. NUnit runs this around the fixtures of its namespace and of those within: all.</summary>
[SetUpFixture]
public sealed class TestRun
{
    /// <summary>
    /// Has the programs that tests start leave out the JIT's profiling, as the tests themselves do (<c>TieredPGO</c> in the project): most run for seconds, and it
    /// takes a quarter of the processor's time.
    /// </summary>
    [OneTimeSetUp]
    public void StartLean() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");

    /// <summary>Stops the servers and shops that fixtures have left for the next ones.</summary>
    [OneTimeTearDown]
    public Task StopAll() => Sandbox.StopAll();
}
