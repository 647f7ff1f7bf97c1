using Dapper;
using Npgsql;

namespace Shop.Database.Migrations;

/// <summary>Makes the login roles, and leaves the database open to them alone.</summary>
static class LoginRoles
{
    public static async Task Provision(NpgsqlConnection connection, RolePasswords passwords)
    {
        foreach (var role in Roles.All)
        {
            await connection.ExecuteAsync(Role(role, ScramVerifier.Of(passwords[role])));
        }

        await connection.ExecuteAsync(Access(string.Join(", ", Roles.All)));
        await connection.ExecuteAsync($"grant pg_monitor to {Roles.Monitor}");
    }

    // The time-outs are the server's, so that a host that is stopped while it holds locks does not stop the others.
    static string Role(string name, string verifier) =>
        $"""
        do $$
        begin
            if not exists (select from pg_roles where rolname = '{name}') then
                create role {name};
            end if;
        end
        $$;

        alter role {name} login password '{verifier}';
        alter role {name} set lock_timeout = '1s';
        alter role {name} set statement_timeout = '5s';
        alter role {name} set idle_in_transaction_session_timeout = '5s';
        """;

    static string Access(string roles) =>
        $"""
        do $$
        begin
            execute format('revoke connect, temporary on database %I from public', current_database());
            execute format('grant connect on database %I to {roles}', current_database());
        end
        $$;

        revoke create on schema public from public;
        """;
}
