using System.Globalization;
using System.Runtime.InteropServices;

namespace Shop.Harness.Processes;

/// <summary>Signals by their numbers on Linux (signal(7)). On macOS, <see cref="Continue"/> and <see cref="Stop"/> have other numbers.</summary>
public enum Signal
{
    /// <summary>SIGHUP.</summary>
    HangUp = 1,

    /// <summary>SIGINT.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,

    /// <summary>SIGCONT.</summary>
    Continue = 18,

    /// <summary>SIGSTOP.</summary>
    Stop = 19,
}

/// <summary>Sends signals (kill(2)).</summary>
public static partial class Signals
{
    /// <summary>Sends a signal to a process, or with a negative number to a process group.</summary>
    /// <exception cref="InvalidOperationException">The process does not exist.</exception>
    public static void Send(Signal signal, int process)
    {
        if (!TrySend(signal, process))
        {
            throw new InvalidOperationException($"Process {process} does not exist and cannot be sent {signal}.");
        }
    }

    /// <summary>Sends a signal. Returns false if the process does not exist.</summary>
    public static bool TrySend(Signal signal, int process) => Kill(process, (int)signal) == 0;

    /// <summary>Whether a process runs. A process that has ended and that its parent has not waited for (a zombie) does not.</summary>
    public static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // There is no such process.
            return false;
        }
    }

    /// <summary>
    /// Whether this process ignores a signal. Programs that it starts then ignore it too (signal(7)), as all do under nohup(1) or in a script's
    /// background.
    /// </summary>
    public static bool AreIgnored(Signal signal) => AreIgnored(signal, "self");

    /// <summary>Whether a process ignores a signal. Always false where there is no <c>/proc</c>.</summary>
    public static bool AreIgnored(Signal signal, int process) => AreIgnored(signal, process.ToString(CultureInfo.InvariantCulture));

    static bool AreIgnored(Signal signal, string process)
    {
        const string Ignored = "SigIgn:";
        var status = $"/proc/{process}/status";
        var mask = File.Exists(status) ? File.ReadLines(status).Single(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..] : "0";
        return (long.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> ((int)signal - 1) & 1) != 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
