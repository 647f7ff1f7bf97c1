using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>A real Prometheus and a real Alertmanager beside a shop at work, with the configuration of <c>ops/</c>.</summary>
public sealed class MonitoringTests(Layout layout) : ShopTests(layout)
{
    /// <summary>What has no series here, by the beginning of its selector, and why.</summary>
    static readonly Dictionary<string, string> NotHere = new()
    {
        ["pg_up"] = "DashboardQueryTests asks for it: PostgreSQL's exporter runs there, and not here",
        ["elasticsearch_"] = "Elasticsearch's exporter runs in the containers only",
        ["up{job=\"elasticsearch\"}"] = "the same",
        ["container_memory_working_set_bytes"] = "cAdvisor runs in the containers only",
        ["container_memory_total_active_file_bytes"] = "the same",
        ["container_spec_memory_limit_bytes"] = "the same",
        ["job_name:container_memory:ratio"] = "the same",
        ["container_limit_memory_bytes"] = "a host tells of its limit where it has one",
        ["job_instance:container_memory:ratio"] = "the same",
    };

    [Test]
    public async Task Everything_that_rules_and_README_ask_for_is_there()
    {
        await Furnish();
        await using var monitoring = await MonitoringServers.Start(Layout, Shop);
        await using var faults = await Sabotage.Inserts(Database, "users.users", "out of order");
        await using var customers = new Customers(Shop);
        Task IsThere(string expression) => Wait.Until(async () => (await monitoring.Query(expression)).Count > 0, expression);

        Assert.That(Expressions.OfReadme, Has.Count.EqualTo(6));
        foreach (var expression in Expressions.OfReadme)
        {
            await IsThere(expression);
        }

        var selectors = OpsFiles.Rules.Select(rule => rule.Expr).Concat(Expressions.OfReadme).SelectMany(Expressions.Selectors).Distinct().ToList();
        Assert.That(NotHere.Keys.Where(name => !selectors.Any(selector => selector.StartsWith(name, StringComparison.Ordinal))), Is.Empty, "excused in vain");
        foreach (var selector in selectors.Where(IsHere))
        {
            await IsThere(selector);
        }

        foreach (var rule in OpsFiles.Rules.Where(rule => rule.Record is not null && IsHere(rule.Record)))
        {
            await IsThere(rule.Expr);
            await IsThere(rule.Record!);
        }
    }

    static bool IsHere(string selector) => !NotHere.Keys.Any(name => selector.StartsWith(name, StringComparison.Ordinal));
}
