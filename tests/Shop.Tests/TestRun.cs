using NUnit.Framework;

namespace Shop.Tests;

/// <summary>What happens after the last test. NUnit runs this around the fixtures of its namespace and of those within: all.</summary>
[SetUpFixture]
public sealed class TestRun
{
    /// <summary>Stops the servers and shops that fixtures have left for the next ones.</summary>
    [OneTimeTearDown]
    public Task StopAll() => Sandbox.StopAll();
}
