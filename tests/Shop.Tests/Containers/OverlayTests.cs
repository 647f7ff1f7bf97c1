using System.ComponentModel;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Containers;

/// <summary>What can be laid over <c>docker-compose.yml</c>: the files of <c>ops/docker</c>.</summary>
sealed partial class OverlayTests
{
    // Kibana can read no file.
    const string FromEnvironmentAlone = "KIBANA_KEY";

    static string Secrets => File.ReadAllText(ComposeFile.Files.Single(file => file.EndsWith("secrets.yml", StringComparison.Ordinal)));

    static string Scale => File.ReadAllText(ComposeFile.Files.Single(file => file.EndsWith("scale.yml", StringComparison.Ordinal)));

    static IEnumerable<string> Files => ComposeFile.Files.Select(file => Path.GetRelativePath(Checkout.Root, file));

    [TestCaseSource(nameof(Files))]
    public async Task Compose_takes_it(string file)
    {
        (string, string)[] home = [("HOME", Environment.GetEnvironmentVariable("HOME") ?? "/")];
        async Task<(int ExitCode, string Output)> Compose(params string[] arguments) => await Isolated.Run("docker", ["compose", .. arguments], home);
        try
        {
            if ((await Compose("version")).ExitCode != 0)
            {
                Assert.Ignore("Docker Compose is not installed.");
            }
        }
        catch (Win32Exception)
        {
            Assert.Ignore("Docker is not installed.");
        }

        string[] files = [.. new[] { ComposeFile.Path, Path.Combine(Checkout.Root, file) }.Distinct().SelectMany(each => new[] { "--file", each })];
        var (exitCode, output) = await Compose(["--env-file", "/dev/null", .. files, "config", "--quiet"]);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Is.Empty);
    }

    [Test]
    public void Every_secret_can_be_a_file()
    {
        // In the environment of a service, beside the variable that it takes the place of.
        var files = Twin().Matches(Secrets).Select(match => match.Groups["key"].Value).ToHashSet();
        var secrets = File.ReadLines(ComposeFile.Path)
            .Where(line => Secret().IsMatch(line) && !line.Contains($"${{{FromEnvironmentAlone}:", StringComparison.Ordinal))
            .Select(line => line.Split(':')[0].Trim())
            .Distinct();
        Assert.That(files, Is.EquivalentTo(secrets));
    }

    [Test]
    public void Every_host_can_have_several_containers()
    {
        var hosts = ComposeFile.Every.First().Services.Where(service => service.IsHost);
        foreach (var host in hosts)
        {
            Assert.That(Scale, Does.Match($@"(?m)^  {host.Name}:\n    ports: !override \[""\$\{{\w+:-\d+-\d+\}}:{host.Ports.Single().Split(':')[^1]}""\]$"));
        }
    }

    [GeneratedRegex(@"^      (?<key>\w+): !reset null\n      \k<key>_{1,2}FILE: /run/secrets/", RegexOptions.Multiline)]
    private static partial Regex Twin();

    [GeneratedRegex(@"\$\{\w*(PASSWORD|KEY|URL):-")]
    private static partial Regex Secret();
}
