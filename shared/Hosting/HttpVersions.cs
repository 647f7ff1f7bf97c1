using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Shop.Shared.Hosting;

/// <summary>
/// Answers a request line with an HTTP version that nobody speaks (<c>GET / HTTP/9.9</c>) as any other that is malformed: with a 400. Kestrel
/// says 505 there, before any code of ours runs, and an alert on 5xx would ring for what a client has sent.
/// </summary>
static class HttpVersions
{
    public static void Use(IConnectionBuilder connections) => connections.Use(next => connection =>
    {
        connection.Transport = new Transport(connection.Transport.Input, new Output(connection.Transport.Output));
        return next(connection);
    });

    sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    sealed class Output(PipeWriter inner) : PipeWriter
    {
        Memory<byte> written;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => written = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (written.Span[..bytes].StartsWith("HTTP/1.1 505 "u8))
            {
                "400"u8.CopyTo(written.Span["HTTP/1.1 ".Length..]);
            }

            written = written[bytes..];
            inner.Advance(bytes);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(source, cancellationToken);
    }
}
