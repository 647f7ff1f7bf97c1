using NLog;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>
/// A log line that waits. NLog has its text by then, made once for the console and for us; it is made a document off the thread of whoever logged it.
/// </summary>
/// <param name="Event">What was logged.</param>
/// <param name="Size">The bytes of memory that it takes, near enough to bound the queue by.</param>
readonly record struct Line(LogEventInfo Event, long Size)
{
    // A line of the access log was measured at some 2,100 bytes, its text among them; an exception has its trace and those inside it.
    const long Own = 2200, OfException = 16384;

    // What was logged, and the same in the text.
    const int Copies = 2;

    public static Line Of(LogEventInfo logged)
    {
        var characters = (long)logged.Message.Length;
        foreach (var parameter in logged.Parameters ?? [])
        {
            characters += Length(parameter);
        }

        if (logged.HasProperties)
        {
            foreach (var property in logged.Properties)
            {
                characters += Length(property.Value);
            }
        }

        for (var fault = logged.Exception; fault is not null; fault = fault.InnerException)
        {
            characters += fault.Message.Length + (OfException / sizeof(char) / Copies);
        }

        return new(logged, Own + (characters * sizeof(char) * Copies));
    }

    static int Length(object? value) => (value as string)?.Length ?? 0;
}
