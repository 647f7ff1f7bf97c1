using NUnit.Framework;

namespace Shop.Tests.Running;

/// <summary>What some tests need and what is not everywhere.</summary>
static class Requirements
{
    /// <summary>Returns the tool. If it is not installed, ignores the test, or fails it in CI, which installs all tools.</summary>
    public static Tool OrIgnore(this Tool tool)
    {
        Require(tool.Path is not null, tool.MissingMessage);
        return tool;
    }

    /// <summary>Ignores the test, or fails it in CI, unless a condition holds.</summary>
    public static void Require(bool condition, string reason)
    {
        if (!condition)
        {
            if (System.Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(reason);
            }

            Assert.Ignore(reason);
        }
    }

    /// <summary>Sends a signal. Ignores the test if neither this process nor the child handles it, as under nohup(1).</summary>
    public static void SendOrIgnore(this ChildProcess process, Signal signal)
    {
        if (Signals.AreIgnored(signal) && Signals.AreIgnored(signal, process.Id))
        {
            Assert.Ignore($"The process ignores {signal}, as do all that are started under nohup(1) or in a script's background.");
        }

        process.Send(signal);
    }
}
