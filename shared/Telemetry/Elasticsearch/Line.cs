using NLog;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>A log line that waits, as it was logged: it is made a document off the thread of whoever logged it.</summary>
/// <param name="Event">What was logged.</param>
/// <param name="Size">The bytes of memory that it takes, near enough to bound the queue by.</param>
readonly record struct Line(LogEventInfo Event, long Size)
{
    // A line of the access log was measured at some 1,450 bytes; an exception has its trace and those inside it.
    const long Own = 1536, OfException = 16384;

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
            characters += fault.Message.Length + (OfException / sizeof(char));
        }

        return new(logged, Own + (characters * sizeof(char)));
    }

    static int Length(object? value) => (value as string)?.Length ?? 0;
}
