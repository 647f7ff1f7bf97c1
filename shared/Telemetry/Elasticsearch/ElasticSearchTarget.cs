using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NLog;
using NLog.Common;
using NLog.Config;
using NLog.Layouts;
using NLog.Targets;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>
/// Sends log lines to Elasticsearch, in batches, from a queue that is bounded: whoever logs never waits for it. It has the name and the attributes of
/// the package NLog.Targets.ElasticSearch, so that a configuration for that works here. Other than there, every line is <c>create</c>d, under an id of
/// ours, so that one that is sent twice is there once; and its document is Elastic Common Schema.
/// </summary>
[Target("ElasticSearch")]
public sealed class ElasticSearchTarget : TargetWithLayout
{
    Delivery? delivery;
    Notices? notices;

    /// <summary>Makes a target for an Elasticsearch of this machine that lets everybody in.</summary>
    public ElasticSearchTarget() => Layout = EcsLayout.Message;

    /// <summary>Where Elasticsearch is; of several, with commas between, the first is used.</summary>
    public Layout Uri { get; set; } = "http://localhost:9200";

    /// <summary>The data stream or index.</summary>
    public Layout Index { get; set; } = "logs-shop-default";

    /// <summary>The name for basic authentication.</summary>
    public Layout Username { get; set; } = "";

    /// <summary>The password for it.</summary>
    public Layout Password { get; set; } = "";

    /// <summary>The id of an API key, where <see cref="ApiKey"/> is the key alone.</summary>
    public Layout ApiKeyId { get; set; } = "";

    /// <summary>An API key: as Elasticsearch gives it in <c>encoded</c>, or as id and key with a colon between.</summary>
    public Layout ApiKey { get; set; } = "";

    /// <summary>A file of certificates (PEM): whom Elasticsearch's certificate must come from, instead of those that the system trusts.</summary>
    public Layout CaFile { get; set; } = "";

    /// <summary>The ingest pipeline that documents go through.</summary>
    public Layout Pipeline { get; set; } = "";

    /// <summary>Whether requests are compressed.</summary>
    public bool EnableHttpCompression { get; set; } = true;

    /// <summary>Whether a certificate may come from anybody.</summary>
    public bool DisableCertificateValidation { get; set; }

    /// <summary>Whether the system's proxy is left aside.</summary>
    public bool DisableAutomaticProxyDetection { get; set; }

    /// <summary>Whether <see cref="TargetWithLayout.Layout"/> is the document, as it stands.</summary>
    public bool EnableJsonLayout { get; set; }

    /// <summary>Whether a document has all that the line was logged with.</summary>
    public bool IncludeAllProperties { get; set; }

    /// <summary>What it then has not, with commas between.</summary>
    public string ExcludedProperties { get; set; } = "";

    /// <summary>What a document has in addition.</summary>
    [ArrayParameter(typeof(ElasticSearchField), "field")]
    public IList<ElasticSearchField> Fields { get; } = [];

    /// <summary>Of the package, without a meaning here: Elasticsearch has no types any more.</summary>
    public Layout DocumentType { get; set; } = "";

    /// <summary>Of the package, without a meaning here: lines are always created.</summary>
    public bool OpCodeCreate { get; set; } = true;

    /// <summary>Of the package, without a meaning here: with a user name or an API key it is used.</summary>
    public bool RequireAuth { get; set; }

    /// <summary>Of the package, without a meaning here: nothing is pinged.</summary>
    public bool DisablePing { get; set; }

    /// <summary>Of the package, without a meaning here: the fields of the schema are always there.</summary>
    public bool IncludeDefaultFields { get; set; } = true;

    /// <summary>Of the package, without a meaning here: NLog writes the values.</summary>
    public int MaxRecursionLimit { get; set; }

    /// <summary>So many lines may wait.</summary>
    public int MaxQueueCount { get; set; } = 100_000;

    /// <summary>And so many bytes of memory: some 80,000 lines.</summary>
    public long MaxQueueBytes { get; set; } = 64 << 20;

    /// <summary>So many lines leave together.</summary>
    public int MaxBatchCount { get; set; } = 1_000;

    /// <summary>A batch that has so many bytes leaves.</summary>
    public int MaxBatchBytes { get; set; } = 1 << 20;

    /// <summary>For so long a line waits for others, in milliseconds.</summary>
    public int MaxBatchMilliseconds { get; set; } = 1_000;

    /// <summary>For so long an answer is waited for, in milliseconds.</summary>
    public int TimeoutMilliseconds { get; set; } = 10_000;

    /// <summary>For so long nothing is sent after a 401 or 403, in milliseconds; at least 500.</summary>
    public int LockedOutMilliseconds { get; set; } = 5_000;

    /// <summary>For so long what waits is still sent when the target is closed, in milliseconds.</summary>
    public int CloseMilliseconds { get; set; } = 4_000;

    /// <summary>Where the lines are counted: in the ledger of the process, whose numbers are metrics, or in another, set before the target starts.</summary>
    public Ledger Ledger { get; set; } = LedgerMetrics.Ledger;

    /// <summary>Sends what waits, for as long as it may take, accepts no more, and says how it went.</summary>
    public async Task Finish()
    {
        if (delivery is not null && await delivery.Finish(TimeSpan.FromMilliseconds(CloseMilliseconds)))
        {
            SayHowItWent();
        }
    }

    /// <inheritdoc/>
    protected override void InitializeTarget()
    {
        if (!EnableJsonLayout)
        {
            Layout = Schema();
        }

        base.InitializeTarget();
        LedgerMetrics.Start();
        notices = new(LoggingConfiguration!.LogFactory.GetLogger(Notices.LoggerName));
        delivery = new(
            Connection(),
            new(
                MaxQueueCount,
                MaxQueueBytes,
                MaxBatchCount,
                MaxBatchBytes,
                TimeSpan.FromMilliseconds(MaxBatchMilliseconds),
                TimeSpan.FromMilliseconds(LockedOutMilliseconds)),
            Ledger,
            notices);
    }

    /// <inheritdoc/>
    protected override void WriteAsyncThreadSafe(AsyncLogEventInfo logEvent)
    {
        // The base takes a lock and then calls the other: whoever logs would wait for whoever else does.
        Write(logEvent.LogEvent);
        logEvent.Continuation(null);
    }

    /// <inheritdoc/>
    protected override void Write(LogEventInfo logEvent)
    {
        // What we say of ourselves: it would go round and round.
        if (logEvent.LoggerName == Notices.LoggerName)
        {
            return;
        }

        // Not RenderLogEvent, which builds all texts of a target in one StringBuilder and relies on the lock that is not taken here.
        // Its text was made for the console already. What waits is bytes: some 700, where the event that they come from takes three times as much.
        delivery!.Take(Document.Of(Index.Render(logEvent), Layout.Render(logEvent), logEvent.TimeStamp));
    }

    /// <inheritdoc/>
    protected override void CloseTarget()
    {
        // On this thread, which has NLog's lock; on another the last word would wait for it.
        if (delivery!.Finish(TimeSpan.FromMilliseconds(CloseMilliseconds)).GetAwaiter().GetResult())
        {
            SayHowItWent();
        }

        delivery.Dispose();
        base.CloseTarget();
    }

    void SayHowItWent() => notices!.InfoNow($"Log lines for Elasticsearch: {Ledger.Read()}");

    EcsLayout Schema()
    {
        var schema = new EcsLayout(message: Layout)
        {
            IncludeEventProperties = IncludeAllProperties,
            ExcludeProperties = new HashSet<string>(ExcludedProperties.Split(',', StringSplitOptions.TrimEntries)),
        };
        foreach (var field in Fields)
        {
            schema.Attributes.Add(new(field.Name, field.Layout, encode: field.IsText));
        }

        return schema;
    }

    Connection Connection()
    {
        var address = Say(Uri).Split(',', StringSplitOptions.TrimEntries)[0].TrimEnd('/');
        if (!System.Uri.TryCreate($"{address}/_bulk?{BulkItem.Filter}{(Say(Pipeline) is { Length: > 0 } pipeline ? $"&pipeline={System.Uri.EscapeDataString(pipeline)}" : "")}", UriKind.Absolute, out var bulk))
        {
            throw new NLogConfigurationException($"The uri of Elasticsearch is \"{address}\": it must be one, such as http://localhost:9200.");
        }

        return new(
            bulk,
            Authorization(),
            Authorities(),
            ChecksCertificate: !DisableCertificateValidation,
            UsesProxy: !DisableAutomaticProxyDetection,
            EnableHttpCompression,
            TimeSpan.FromMilliseconds(TimeoutMilliseconds));
    }

    AuthenticationHeaderValue? Authorization() => (Say(ApiKeyId), Say(ApiKey), Say(Username)) switch
    {
        ({ Length: > 0 } id, var key, _) => new("ApiKey", Base64($"{id}:{key}")),
        (_, { Length: > 0 } key, _) => new("ApiKey", key.Contains(':', StringComparison.Ordinal) ? Base64(key) : key),
        (_, _, { Length: > 0 } name) => new("Basic", Base64($"{name}:{Say(Password)}")),
        _ => null,
    };

    X509Certificate2Collection? Authorities()
    {
        if (Say(CaFile) is not { Length: > 0 } file)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities;
    }

    string Say(Layout setting) => RenderLogEvent(setting, LogEventInfo.CreateNullEvent());

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
