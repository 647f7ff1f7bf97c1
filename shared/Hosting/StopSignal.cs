using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Shop.Shared.Hosting;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP (a terminal that was closed), from the first moment of the process, so that what starts before the web host does
/// (a database, a migration) is stopped in order too. The first asks to stop, the second not to wait for what is in flight, the third ends the
/// process. It stands in the place of ASP.NET's own handling of signals, which begins later and knows only one.
/// </summary>
public sealed class StopSignal : IHostLifetime, IDisposable
{
    readonly CancellationTokenSource asked = new();
    readonly CancellationTokenSource pressed = new();
    readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens from now on.</summary>
    public StopSignal() =>
        registrations = [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM), Register(PosixSignal.SIGHUP)];

    /// <summary>Cancelled once the process was asked to stop.</summary>
    public CancellationToken Asked => asked.Token;

    /// <summary>Cancelled once it was asked again.</summary>
    public CancellationToken Pressed => pressed.Token;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Leaves signals to the system again.</summary>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = !pressed.IsCancellationRequested;
        (asked.IsCancellationRequested ? pressed : asked).Cancel();
    });
}
