namespace Shop.Run;

/// <summary>Programs of this checkout, run by the <c>dotnet</c> of the <c>PATH</c>: their own executables find only an installed .NET.</summary>
static class BuiltProgram
{
    public static Command Command(string project, params IReadOnlyList<string> arguments) =>
        new("dotnet", [$"{Checkout.Program(project)}.dll", .. arguments]);
}
