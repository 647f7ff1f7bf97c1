using System.Security.Cryptography;
using System.Text;

namespace Shop.Database.Migrations;

/// <summary>
/// What PostgreSQL keeps of a password (RFC 5803). Made here, so that the password itself is in no statement, and so in no log and no view
/// of the server. It holds no quotation mark, whatever the password holds.
/// </summary>
static class ScramVerifier
{
    // As PostgreSQL does it.
    const int Iterations = 4096;
    const int SaltBytes = 16;

    public static string Of(string password)
    {
        // As Npgsql does it when it logs in.
        var normalized = password.Normalize(NormalizationForm.FormKC);
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var salted = Rfc2898DeriveBytes.Pbkdf2(normalized, salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Base64(salt)}${Base64(storedKey)}:{Base64(serverKey)}";
    }

    static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);
}
