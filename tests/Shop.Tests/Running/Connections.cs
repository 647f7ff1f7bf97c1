using System.Net;
using System.Net.Sockets;

namespace Shop.Tests.Running;

/// <summary>What there is below HTTP.</summary>
public static class Connections
{
    // Below those that a system gives to whoever asks for none in particular (ip_local_port_range begins at 32768, IANA's at 49152): these
    // change hands between the moment that one is found free and that it is used.
    const int FirstPort = 20_000, AfterLastPort = 32_768;

    /// <summary>A port of loopback that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstPort, AfterLastPort);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    /// <summary>Whether nobody listens there.</summary>
    public static async Task<bool> RefusesConnections(this Uri address)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
