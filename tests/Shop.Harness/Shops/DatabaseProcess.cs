using Shop.Harness.Processes;

namespace Shop.Harness.Shops;

/// <summary>The built program of <c>db/</c>, running one of its commands.</summary>
/// <param name="command"><c>migrate</c> or <c>serve</c>.</param>
/// <param name="settings">Its environment, on top of ours.</param>
public sealed class DatabaseProcess(string command, IReadOnlyDictionary<string, string> settings)
    : ChildProcess(new Command(Program, command).With(settings))
{
    /// <summary>Path of the built program.</summary>
    public static string Program => Checkout.Program("Shop.Database");

    /// <summary>Starts <c>serve</c> and returns when the database is ready.</summary>
    public static async Task<DatabaseProcess> Serve(IReadOnlyDictionary<string, string> settings)
    {
        var served = new DatabaseProcess("serve", settings);
        await Wait.Until(() => served.Output.Contains("ready"), "the database to be ready");
        return served;
    }
}
