using NUnit.Framework;

namespace Shop.Tests.Containers;

/// <summary><c>ops/kibana/import.sh</c>, which compose runs at every <c>up</c>.</summary>
sealed class KibanaImportTests
{
    [Test]
    public async Task It_waits_until_Kibana_is_available_and_opens_it_on_the_objects()
    {
        await using var kibana = new FakeKibana { NotYet = 2 };

        var (exitCode, output) = await Import(kibana.Address);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(kibana.Objects, Does.Contain(await File.ReadAllTextAsync(KibanaObjects.Path)));
        Assert.That(kibana.DefaultView, Is.EqualTo(KibanaObjects.View.Id));
        Assert.That(kibana.DefaultRoute, Is.EqualTo("/app/discover#/"));
    }

    [Test]
    public async Task Run_again_it_imports_again_and_leaves_alone_what_was_chosen_in_Kibana()
    {
        await using var kibana = new FakeKibana { DefaultRoute = "/app/dashboards" };

        for (var run = 0; run < 2; run++)
        {
            var (exitCode, output) = await Import(kibana.Address);
            Assert.That(exitCode, Is.Zero, output);
        }

        Assert.That(kibana.Requests.Count(request => request.Contains("_import", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(kibana.DefaultRoute, Is.EqualTo("/app/dashboards"));
    }

    [Test]
    public async Task Objects_that_Kibana_refuses_are_a_failure_that_says_why()
    {
        await using var kibana = new FakeKibana { Refuses = true };

        var (exitCode, output) = await Import(kibana.Address);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("missing_references"));
    }

    [Test]
    public async Task A_Kibana_that_fails_is_a_failure_that_says_why()
    {
        await using var kibana = new FakeKibana { Fails = true };

        var (exitCode, output) = await Import(kibana.Address);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("/api/saved_objects/_import?overwrite=true failed").And.Contain("out of order"));
    }

    [TestCase(int.MaxValue)]
    [TestCase(null)]
    public async Task A_Kibana_that_does_not_come_is_not_waited_for_without_end(int? notYet)
    {
        await using var kibana = notYet is { } times ? new FakeKibana { NotYet = times } : null;

        var (exitCode, output) = await Import(kibana?.Address ?? $"http://127.0.0.1:{Loopback.FreePort()}", patience: 1);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("has not become available within 1 s"));
    }

    static Task<(int ExitCode, string Output)> Import(string address, int patience = 30) => Isolated.Run(
        "sh", [Path.Combine(Path.GetDirectoryName(KibanaObjects.Path)!, "import.sh")], [("KIBANA_URL", address), ("PATIENCE_SECONDS", $"{patience}")]);
}
