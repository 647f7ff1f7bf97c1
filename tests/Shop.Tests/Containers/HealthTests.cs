using NUnit.Framework;

namespace Shop.Tests.Containers;

/// <summary><c>./build.sh Health</c>, with a Docker that answers what the test wants.</summary>
sealed class HealthTests
{
    [Test]
    public async Task Where_all_are_healthy_and_what_runs_once_has_succeeded_it_ends_with_0()
    {
        var (exitCode, output) = await Health(
            "postgres running healthy 0",
            "migrator exited  0",
            "product-service running healthy 0",
            "order-service running healthy 0",
            "order-service running healthy 0",
            "user-service running healthy 0");

        Assert.That(exitCode, Is.Zero, output);
    }

    [Test]
    public async Task Whatever_is_ill_or_not_there_is_named_and_it_does_not_end_with_0()
    {
        var (exitCode, output) = await Health(
            "migrator exited  1", "product-service restarting  1", "order-service running healthy 0", "order-service running starting 0");

        Assert.That(exitCode, Is.Not.Zero, output);
        Assert.That(output, Does.Contain("Not healthy, or not there: postgres, user-service, migrator, product-service, order-service. "));
    }

    static async Task<(int ExitCode, string Output)> Health(params string[] containers)
    {
        using var folder = new TemporaryFolder();
        var docker = Path.Combine(folder.Path, "docker");
        await File.WriteAllTextAsync(
            docker,
            $"""
            #!/bin/sh
            case "$*" in
              *--services) printf '%s\n' postgres migrator product-service order-service user-service ;;
              *--format*) printf '%s\n' {string.Join(' ', containers.Select(container => $"'{container}'"))} ;;
              'compose ps --all') ;;
              *) exit 1 ;;
            esac
            """);
        File.SetUnixFileMode(docker, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return await Cake.Run("Health", KeyValuePair.Create("PATH", $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}"));
    }
}
