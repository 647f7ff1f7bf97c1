namespace Shop.Harness.Processes;

/// <summary>A program that other packages install: found on the <c>PATH</c>, or missing.</summary>
/// <param name="Package">Name of Debian's package.</param>
/// <param name="Names">Names of the program, the preferred one first.</param>
public sealed record Tool(string Package, params IReadOnlyList<string> Names)
{
    /// <summary>Prometheus.</summary>
    public static Tool Prometheus { get; } = new("prometheus", "prometheus");

    /// <summary>Checks and tests Prometheus' configuration.</summary>
    public static Tool Promtool { get; } = new("prometheus", "promtool");

    /// <summary>Alertmanager. Debian has a name of its own for it.</summary>
    public static Tool Alertmanager { get; } = new("prometheus-alertmanager", "prometheus-alertmanager", "alertmanager");

    /// <summary>Checks Alertmanager's configuration.</summary>
    public static Tool Amtool { get; } = new("prometheus-alertmanager", "amtool");

    /// <summary>PostgreSQL's exporter.</summary>
    public static Tool PostgresExporter { get; } = new("prometheus-postgres-exporter", "prometheus-postgres-exporter");

    /// <summary>Node.js.</summary>
    public static Tool Node { get; } = new("nodejs", "node");

    /// <summary>Package manager of Node.js.</summary>
    public static Tool Npm { get; } = new("npm", "npm");

    /// <summary>Environment variables of the tool. It inherits no variable but the <c>PATH</c>, unless <see cref="InheritsEnvironment"/>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the tool inherits the environment: proxies and registries are the user's settings.</summary>
    public bool InheritsEnvironment { get; init; }

    /// <summary>Path of the program, or null if it is not installed.</summary>
    public string? Path => Names
        .SelectMany(name => System.Environment.GetEnvironmentVariable("PATH")!.Split(System.IO.Path.PathSeparator).Select(folder => System.IO.Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Reason and remedy, for the case that it is not installed.</summary>
    public string MissingMessage => $"{Names[0]} is not installed. Run: apt-get install {Package}";

    /// <summary>Returns the same tool with environment variables.</summary>
    public Tool With(params IEnumerable<(string Key, string Value)> variables) =>
        this with { Environment = Environment.Concat(variables.Select(variable => KeyValuePair.Create(variable.Key, variable.Value))).ToDictionary() };

    /// <summary>Returns the command that runs the tool.</summary>
    /// <exception cref="InvalidOperationException">The tool is not installed.</exception>
    public Command Command(params IReadOnlyList<string> arguments) =>
        new(Path ?? throw new InvalidOperationException(MissingMessage), arguments) { Environment = Environment, InheritsEnvironment = InheritsEnvironment };

    /// <summary>Runs the tool to its end.</summary>
    /// <returns>Its exit code, and all that it printed.</returns>
    public Task<(int ExitCode, string Output)> Run(params IReadOnlyList<string> arguments) => Command(arguments).Run();
}
