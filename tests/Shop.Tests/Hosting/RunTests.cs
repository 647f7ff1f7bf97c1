using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Hosting;

/// <summary><c>./build.sh Run</c>: one process, in the place of the script.</summary>
[TestFixture]
sealed class RunTests() : BuildScriptTests("Run", hosts: 1, Roles.Shop);
