using System.Security.Cryptography;
using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>One password for each of <see cref="Roles.All"/>.</summary>
public sealed class RolePasswords
{
    readonly Dictionary<string, string> passwords;

    /// <summary>Takes a password for each role.</summary>
    /// <param name="passwordOf">Returns the password of a role.</param>
    public RolePasswords(Func<string, string> passwordOf) => passwords = Roles.All.ToDictionary(role => role, passwordOf);

    /// <summary>The password of a role.</summary>
    /// <param name="role">One of <see cref="Roles.All"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such role.</exception>
    public string this[string role] => passwords[role];

    /// <summary>New passwords that nobody can guess, for a server that lives no longer than those who know them.</summary>
    public static RolePasswords Random() => new(_ => RandomNumberGenerator.GetHexString(64));

    /// <summary>
    /// Reads each password from a variable named after its role (<c>SHOP_PRODUCT_PASSWORD</c>), or from the file that the variable's twin
    /// names (<c>SHOP_PRODUCT_PASSWORD_FILE</c>), without the line break at its end. A variable that is empty counts as not set.
    /// </summary>
    /// <exception cref="StartupException">A password is missing, empty or given twice, or its file cannot be read.</exception>
    public static RolePasswords FromEnvironment() => new(role => Read($"{role.ToUpperInvariant()}_PASSWORD"));

    static string Read(string key) =>
        Secret.Read(Environment.GetEnvironmentVariable, key) ?? throw new StartupException($"{key} is missing or empty: set it, or {key}_FILE.");
}
