using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Hosting;

/// <summary><c>./build.sh RunSplit</c>: a process a host and one for the database, which the script starts, watches and stops.</summary>
[TestFixture]
sealed class RunSplitTests() : BuildScriptTests("RunSplit", hosts: 3, Roles.Order)
{
    [TestCase("Shop.Product.Host.dll", "The Product host has ended")]
    [TestCase("Shop.Order.Host.dll", "The Order host has ended")]
    [TestCase("Shop.User.Host.dll", "The User host has ended")]
    [TestCase("Shop.Database.dll", "The database has ended")]
    public Task One_process_that_is_killed_stops_all_others_with_a_line_that_names_it(string program, string line) => KillingStopsAll(program, line);
}
