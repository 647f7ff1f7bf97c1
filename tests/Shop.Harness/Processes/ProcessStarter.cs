using System.Collections.Concurrent;
using System.Diagnostics;

namespace Shop.Harness.Processes;

/// <summary>
/// Starts programs that do not outlive this process and that a Ctrl-C in its terminal does not reach.
/// </summary>
static class ProcessStarter
{
    /// <summary>Starts the program; on Linux in a session of its own, and with a SIGTERM at the death of this process.</summary>
    public static Process Start(Command command, bool redirectOutput, bool redirectErrors)
    {
        string[] line = [.. Prefix, command.Program, .. command.Arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = redirectOutput,
            RedirectStandardError = redirectErrors,
        };
        if (!command.InheritsEnvironment)
        {
            start.Environment.Clear();
            start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        }

        foreach (var (key, value) in command.Environment)
        {
            start.Environment[key] = value;
        }

        return Parent.Run(() => Process.Start(start)!);
    }

    // setsid(1): a signal to our process group, such as Ctrl-C, does not reach the program. setpriv(1): the program gets SIGTERM if we are
    // killed. Both end in exec, so the process id is that of the program. macOS has neither; perl is part of it.
    static readonly string[] Prefix = OperatingSystem.IsLinux()
        ? [Find("setsid"), Find("setpriv"), "--pdeathsig", "TERM", "--"]
        : ["/usr/bin/perl", "-e", "setpgrp(0, 0); exec @ARGV or die $!", "--"];

    // The program may be given another PATH.
    static string Find(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is not installed. Run: apt-get install util-linux");

    /// <summary>
    /// The one thread that starts programs. The kernel sends the death signal when the thread that started the program ends
    /// (PR_SET_PDEATHSIG, prctl(2)), and the threads of the pool come and go.
    /// </summary>
    static class Parent
    {
        static readonly BlockingCollection<Action> Queue = [];

        static Parent() => new Thread(() =>
        {
            foreach (var start in Queue.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "process starter" }.Start();

        public static Process Run(Func<Process> start)
        {
            var started = new TaskCompletionSource<Process>();
            Queue.Add(() =>
            {
                try
                {
                    started.SetResult(start());
                }
                catch (Exception fault)
                {
                    started.SetException(fault);
                }
            });
            return started.Task.GetAwaiter().GetResult();
        }
    }
}
