using System.Net;
using System.Net.Sockets;

namespace Shop.Harness.Processes;

/// <summary>Ports and addresses of this machine.</summary>
public static class Loopback
{
    // Below the range that the system assigns to clients and to listeners on port 0 (ip_local_port_range begins at 32768, IANA's at 49152): a
    // port of that range may be assigned between the moment it is found free and the moment it is used.
    const int FirstPort = 20_000, AfterLastPort = 32_768;

    /// <summary>Returns a port of 127.0.0.1 on which nobody listens now.</summary>
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
                // The port is in use.
            }
        }
    }

    /// <summary>Returns host and port of an address on which nobody listens now.</summary>
    public static string FreeAddress() => $"{IPAddress.Loopback}:{FreePort()}";

    /// <summary>Whether connections to an address are refused.</summary>
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
