using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Containers;

/// <summary>What the images are built from.</summary>
sealed class DockerfileTests
{
    static readonly string[] Lines = File.ReadAllLines(Path.Combine(Checkout.Root, "ops", "docker", "Dockerfile"));

    static readonly string[] Ignored = File.ReadAllLines(Path.Combine(Checkout.Root, ".dockerignore"));

    static IEnumerable<string> Sources => Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
        .SelectMany(line => line.Split(' ')[1..^1]);

    [Test]
    public void It_pulls_nothing_but_its_base_images() => Assert.That(Lines, Has.None.Match("^# *syntax="));

    [Test]
    public void It_is_pinned_to_a_release_of_NET_and_of_its_system() =>
        Assert.That(Lines.Where(line => line.StartsWith("ARG ", StringComparison.Ordinal)), Is.EqualTo(new[] { "ARG DOTNET=10.0-noble" }));

    [Test]
    public void It_fetches_packages_as_the_lock_files_say_before_it_has_any_source()
    {
        var restore = Array.FindIndex(Lines, line => line.Contains("dotnet restore --locked-mode", StringComparison.Ordinal));
        var before = string.Join('\n', Lines[..restore]);
        var projects = new[] { "shared", "db" }
            .Concat(Directory.EnumerateDirectories(Path.Combine(Checkout.Root, "modules")).Select(folder => $"modules/{Path.GetFileName(folder)}"))
            .Concat(Directory.EnumerateDirectories(Path.Combine(Checkout.Root, "hosts")).Select(folder => $"hosts/{Path.GetFileName(folder)}").Where(host => host != "hosts/All"));
        foreach (var project in projects)
        {
            Assert.That(before, Does.Contain($"{project}/packages.lock.json {project}/").And.Match($@"COPY {project}/Shop\.[A-Za-z.]+\.csproj "), project);
        }

        Assert.That(before, Does.Not.Match(@"COPY \w+/ "));
    }

    [Test]
    public void Everything_that_it_copies_is_there_and_reaches_the_builder()
    {
        foreach (var source in Sources)
        {
            Assert.That(Path.Exists(Path.Combine(Checkout.Root, source)), source);
            Assert.That(Ignored, Does.Contain($"!{source.Split('/')[0]}"), source);
        }
    }

    [Test]
    public void No_document_or_test_reaches_the_builder()
    {
        Assert.That(Ignored, Does.Contain("*").And.Contain("**/*.md"));
        var let = Ignored.Where(line => line.StartsWith('!')).Select(line => line[1..]);
        Assert.That(let, Is.EquivalentTo(Sources.Select(source => source.Split('/')[0]).Distinct()));
    }

    [Test]
    public void Every_program_is_the_first_process_and_hears_the_signal()
    {
        Assert.That(Lines, Has.Exactly(4).Match("""^ENTRYPOINT \["dotnet", "Shop\.[A-Za-z.]+\.dll"\]$"""));
        Assert.That(Lines, Does.Contain("STOPSIGNAL SIGTERM"));
        Assert.That(Lines.Where(line => Regex.IsMatch(line, "^(ENTRYPOINT|CMD) [^[]")), Is.Empty);
    }
}
