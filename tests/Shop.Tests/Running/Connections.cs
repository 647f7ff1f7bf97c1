using System.Net;
using System.Net.Sockets;

namespace Shop.Tests.Running;

/// <summary>What there is below HTTP.</summary>
public static class Connections
{
    /// <summary>A port of loopback that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
