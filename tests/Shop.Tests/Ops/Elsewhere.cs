namespace Shop.Tests.Ops;

/// <summary>A metric that cannot be had where the tests run: its labels, as far as they are asked for, and why.</summary>
sealed record Elsewhere(string Metric, string Reason, params string[] Labels)
{
    const string CAdvisor = "cAdvisor watches containers, and there is no Docker here";
    const string Elasticsearch = "elasticsearch-exporter needs an Elasticsearch";
    const string NewExporter = "postgres-exporter has it of itself in the version of the containers; Debian's 0.11 has not";
    const string Limit = "the hosts of the tests run without a limit of their own";
    const string Service = "container_label_com_docker_compose_service";

    /// <summary>Whether a selector, of which a metric's name is the beginning, looks for one of them.</summary>
    public static bool Has(string selector) => Every.ContainsKey(MetricOf(selector));

    public static string MetricOf(string selector) => selector.Split('{')[0];

    /// <summary>All of them; what dashboards ask of anything else must be answered.</summary>
    public static IReadOnlyDictionary<string, Elsewhere> Every { get; } = new Elsewhere[]
    {
        new("container_cpu_usage_seconds_total", CAdvisor, Service),
        new("container_memory_working_set_bytes", CAdvisor, Service),
        new("job_name:container_memory:ratio", CAdvisor, Service),
        new("container_cpu_cfs_periods_total", CAdvisor, Service),
        new("container_cpu_cfs_throttled_periods_total", CAdvisor, Service),
        new("container_oom_events_total", CAdvisor, Service),
        new("container_start_time_seconds", CAdvisor, Service),
        new("container_network_receive_bytes_total", CAdvisor, Service),
        new("container_network_transmit_bytes_total", CAdvisor, Service),
        new("elasticsearch_cluster_health_status", Elasticsearch, "color"),
        new("elasticsearch_filesystem_data_available_bytes", Elasticsearch, "name"),
        new("elasticsearch_jvm_memory_used_bytes", Elasticsearch, "area", "name"),
        new("elasticsearch_jvm_memory_max_bytes", Elasticsearch, "area", "name"),
        new("elasticsearch_thread_pool_rejected_count", Elasticsearch, "type"),
        new("pg_stat_user_tables_n_dead_tup", NewExporter, "datname", "schemaname", "relname"),
        new("pg_stat_user_tables_n_tup_hot_upd", NewExporter, "datname", "schemaname", "relname"),
        new("pg_stat_user_tables_n_tup_upd", NewExporter, "datname", "schemaname", "relname"),
        new("container_limit_cpu_cores", Limit, "job", "instance"),
        new("container_limit_memory_bytes", Limit, "job", "instance"),
        new("job_instance:container_memory:ratio", Limit, "job", "instance"),
    }.ToDictionary(metric => metric.Metric);
}
