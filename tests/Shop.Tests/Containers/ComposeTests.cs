using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using NUnit.Framework;
using Shop.Tests.Hosting;

namespace Shop.Tests.Containers;

/// <summary>What holds for every service of <c>docker-compose.yml</c>.</summary>
[TestFixtureSource(typeof(ComposeFile), nameof(ComposeFile.Every))]
sealed partial class ComposeTests(ComposeFile file)
{
    // What it must have: it looks at all containers from outside.
    const string Privileged = "cadvisor";

    // It begins as root, to hand its data to its own user.
    const string BeginsAsRoot = "postgres";

    static readonly string Readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

    static readonly string Dockerfile = File.ReadAllText(Path.Combine(Checkout.Root, "ops", "docker", "Dockerfile"));

    static string[] PrometheusTargets => [.. Target().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "ops", "prometheus", "prometheus.yml"))).Select(match => match.Groups[1].Value)];

    [Test]
    public void The_whole_stack_is_there() => Assert.That(
        file.Services.Select(service => service.Name),
        Is.EquivalentTo(new[]
        {
            "postgres", "migrator", "product-service", "order-service", "user-service", "prometheus", "alertmanager", "grafana", "elasticsearch",
            "elasticsearch-setup", "kibana", "kibana-setup", "postgres-exporter", "elasticsearch-exporter", "cadvisor",
        }));

    [Test]
    public void Every_image_is_pinned_to_a_version_or_built_from_a_target_of_the_Dockerfile() => ForEvery(service =>
        Assert.That(
            service.IsOurs ? Targets().Matches(Dockerfile).Any(match => match.Groups[1].Value == service.Target) : Pinned().IsMatch(service.Image!),
            $"{service.Image}{service.Target}"));

    [Test]
    public void Images_of_one_maker_have_one_version()
    {
        // Elasticsearch and Kibana belong together, and so do several services of one image.
        var makers = file.Services.Where(service => !service.IsOurs).GroupBy(service =>
            service.Image!.StartsWith("docker.elastic.co/", StringComparison.Ordinal) ? "elastic" : service.Image.Split(':')[0]);
        foreach (var maker in makers)
        {
            Assert.That(maker.Select(service => service.Image!.Split(':')[1]).Distinct().ToArray(), Has.Length.EqualTo(1), maker.Key);
        }
    }

    [Test]
    public void Every_service_says_whether_it_is_healthy_or_runs_once_and_is_waited_for() => ForEvery(service =>
    {
        if (service.RunsOnce)
        {
            Assert.That(service.Health, Is.Empty);
            Assert.That(file.Services.Where(other => other.DependsOn.ContainsKey(service.Name)), Is.Not.Empty, "`up --wait` takes its end for a failure");
        }
        else
        {
            Assert.That(service.Text("restart"), Is.EqualTo("unless-stopped"));
            Assert.That(service.Health.First(), Is.EqualTo("CMD"), "no shell is needed");
            Assert.That(service.Health, Has.None.Contains("localhost"), "that may be ::1");
            Assert.That(service.HealthSettings.Select(setting => setting.Key), Is.SupersetOf(new[] { "interval", "timeout", "retries", "start_period" }));
        }
    });

    [Test]
    public void Whoever_is_waited_for_is_waited_for_until_it_is_healthy_or_done() => ForEvery(service =>
    {
        foreach (var (other, condition) in service.DependsOn)
        {
            Assert.That(condition, Is.EqualTo(file[other].RunsOnce ? "service_completed_successfully" : "service_healthy"), other);
        }
    });

    [Test]
    public void A_host_brings_the_database_and_the_migrator_with_it_and_nothing_else() => ForEvery(
        service => service.IsHost, service => Assert.That(AllThatItNeeds(service.Name), Is.EquivalentTo(new[] { "postgres", "migrator" })));

    [Test]
    public void Every_service_is_limited_in_processors_memory_and_processes() => ForEvery(service =>
    {
        Assert.That(service.Processors, Is.Positive.And.AtMost(2), "Docker refuses more than there are");
        Assert.That(service.Memory, Is.Positive);
        Assert.That(service.Processes, Is.Positive);
        // Beside the block, they would have to be the same.
        Assert.That(new[] { "cpus", "mem_limit", "pids_limit" }.Select(service.Text), Is.All.Null);
    });

    [Test]
    public void The_memory_of_all_is_what_the_README_says_and_no_more_than_8_GB()
    {
        var sum = file.Services.Sum(service => service.Memory);
        Assert.That(sum, Is.AtMost(8_000_000_000));
        Assert.That(NeededMemory().Match(Readme).Groups[1].Value, Is.EqualTo((sum / (double)(1 << 30)).ToString("0.##", CultureInfo.InvariantCulture)));
    }

    [Test]
    public void No_container_has_a_name_of_its_own() => ForEvery(service => Assert.That(service.Text("container_name"), Is.Null));

    [Test]
    public void No_service_may_more_than_it_must() => ForEvery(service => service.Name != Privileged, service =>
    {
        Assert.That(service.List("security_opt"), Is.EqualTo(new[] { "no-new-privileges:true" }));
        Assert.That(service.List("cap_drop"), Is.EqualTo(new[] { "ALL" }));
        Assert.That(service.Text("privileged"), Is.Null);
        Assert.That(service.List("cap_add").Any(), Is.EqualTo(service.Name == BeginsAsRoot));
    });

    [Test]
    public void Our_programs_run_as_nobody_who_matters_on_a_disk_that_they_cannot_write()
    {
        Assert.That(Dockerfile, Does.Contain("USER $APP_UID"));
        ForEvery(service => service.IsOurs, service =>
        {
            Assert.That(service.Text("user"), Is.Null);
            Assert.That(service.Text("read_only"), Is.EqualTo("true"));
            Assert.That(service.List("tmpfs"), Is.EqualTo(new[] { "/tmp" }));
        });
    }

    [Test]
    public void The_three_interfaces_are_open_to_the_network_and_all_else_to_this_machine() => Assert.That(
        file.Services.SelectMany(service => service.Ports.Select(port => $"{service.Name} {port}")),
        Is.EquivalentTo(new[]
        {
            "product-service 5000:5000", "order-service 5001:5001", "user-service 5002:5002", "postgres 127.0.0.1:5432:5432",
            "prometheus 127.0.0.1:9090:9090", "alertmanager 127.0.0.1:9093:9093", "grafana 127.0.0.1:3000:3000",
            "elasticsearch 127.0.0.1:9200:9200", "kibana 127.0.0.1:5601:5601",
        }));

    [Test]
    public void Every_setting_of_our_programs_is_in_the_table_of_the_README() => ForEvery(
        service => service.IsOurs, service => Assert.That(service.Environment.Keys.Except(SettingsTable.Keys), Is.Empty));

    [Test]
    public void Every_program_of_ours_connects_as_its_own_role_and_without_Kerberos() => ForEvery(service => service.IsOurs, service =>
    {
        var connection = new NpgsqlConnectionStringBuilder(service.Environment["ConnectionStrings__Shop"]);
        Assert.That(connection.Username, Is.EqualTo(service.RunsOnce ? "admin" : $"shop_{service.Name.Split('-')[0]}"));
        Assert.That((connection.Host, connection.Database, connection.GssEncryptionMode), Is.EqualTo(("postgres", "ecommerce", GssEncryptionMode.Disable)));
        Assert.That(connection.Password, Is.EqualTo("password"));
    });

    [Test]
    public void A_host_has_stopped_before_it_is_killed() => ForEvery(service => service.IsHost, service =>
    {
        double Seconds(string key) => double.Parse(service.Environment[key], CultureInfo.InvariantCulture);
        const double LastLinesOfTheLog = 5;
        Assert.That(Seconds("Stop__DelaySeconds") + Seconds("Stop__TimeoutSeconds") + LastLinesOfTheLog, Is.LessThan(service.Grace.TotalSeconds));
    });

    [Test]
    public void Every_target_of_Prometheus_is_a_service()
    {
        Assert.That(PrometheusTargets, Has.Length.GreaterThan(6));
        Assert.That(PrometheusTargets.Where(target => target != "localhost").Except(file.Services.Select(service => service.Name)), Is.Empty);
    }

    [Test]
    public void Everything_that_is_mounted_is_there() => ForEvery(service => Assert.That(
        service.Mounts(Checkout.Root).Where(source => !Path.Exists(Path.Combine(Checkout.Root, source))), Is.Empty));

    void ForEvery(Action<ComposeService> check) => ForEvery(_ => true, check);

    void ForEvery(Func<ComposeService, bool> which, Action<ComposeService> check)
    {
        var services = file.Services.Where(which).ToArray();
        Assert.That(services, Has.Length.GreaterThan(2));
        foreach (var service in services)
        {
            Assert.That(() => check(service), Throws.Nothing, service.Name);
        }
    }

    IEnumerable<string> AllThatItNeeds(string name) =>
        file[name].DependsOn.Keys.SelectMany(other => AllThatItNeeds(other).Append(other)).Distinct();

    [GeneratedRegex(@"^FROM \S+ AS ([a-z-]+)$", RegexOptions.Multiline)]
    private static partial Regex Targets();

    [GeneratedRegex(@"^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-alpine)?$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"\*\*(\d+(?:\.\d+)?) GiB\*\* of memory")]
    private static partial Regex NeededMemory();

    [GeneratedRegex(@"(?:targets: |names: )\[([a-z-]+)")]
    private static partial Regex Target();
}
