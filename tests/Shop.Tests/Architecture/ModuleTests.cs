using System.Xml.Linq;
using NUnit.Framework;
using Shop.Shared.Hosting;

namespace Shop.Tests.Architecture;

/// <summary>The walls between modules, as far as the compiler knows them.</summary>
[TestFixtureSource(typeof(Repository), nameof(Repository.Modules))]
sealed class ModuleTests(Module module)
{
    [Test]
    public void Its_project_refers_to_the_shared_one_alone()
    {
        var references = XDocument.Load(module.Project).Descendants("ProjectReference").Select(reference => (string?)reference.Attribute("Include"));
        Assert.That(references, Is.EqualTo(new[] { "../../shared/Shop.Shared.csproj" }));
    }

    [Test]
    public void Its_assembly_uses_no_other_of_ours_than_the_shared_one()
    {
        var ours = module.Assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Shop.", StringComparison.Ordinal));
        Assert.That(ours, Is.EqualTo(new[] { "Shop.Shared" }));
    }

    [Test]
    public void Its_one_public_type_is_its_front_door()
    {
        Assert.That(module.Assembly.GetExportedTypes().Select(type => type.Name), Is.EqualTo(new[] { $"{module.Name}Module" }));
        Assert.That(FrontDoor(), Is.InstanceOf<IModule>());
    }

    [Test]
    public void Every_class_in_it_is_sealed_or_a_closed_set_of_cases()
    {
        var open = module.Assembly.GetTypes()
            .Where(type => type.Namespace == $"Shop.{module.Name}" && type is { IsClass: true, IsSealed: false })
            // An abstract class is closed when only its own cases can be made: its constructors are private.
            .Where(type => !type.IsAbstract || type.GetConstructors().Length > 0 || type.GetNestedTypes(System.Reflection.BindingFlags.Public).Length == 0);
        Assert.That(open, Is.Empty);
    }

    [Test]
    public void It_needs_the_newest_of_its_own_migrations()
    {
        var door = FrontDoor();
        var newest = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "db", door.Schema), "V*.sql")
            .Max(file => int.Parse(Path.GetFileName(file)[1..5], System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(door.SchemaVersion, Is.EqualTo(newest));
    }

    [Test]
    public void It_serves_a_host_of_its_own()
    {
        var program = File.ReadAllLines(Path.Combine(Checkout.Root, "hosts", module.Name, "Program.cs"))
            .Where(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal));
        Assert.That(program.Single(), Does.StartWith($"await ShopHost.Run(args, serves: [new {module.Name}Module()]"));
    }

    IModule FrontDoor() => (IModule)Activator.CreateInstance(module.Assembly.GetExportedTypes().Single())!;
}
