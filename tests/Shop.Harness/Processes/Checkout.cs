namespace Shop.Harness.Processes;

/// <summary>The checkout that this program was built from, and the programs built beside it.</summary>
public static class Checkout
{
    static readonly DirectoryInfo Here = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Folder of <c>Shop.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Folder of the build output, <c>artifacts</c>.</summary>
    public static string Artifacts { get; } = Here.Parent!.Parent!.Parent!.FullName;

    /// <summary>Configuration of the build, in lower case: <c>debug</c> or <c>release</c>.</summary>
    public static string Configuration { get; } = Here.Name;

    /// <summary>Path of a built program, without the extension of its assembly.</summary>
    /// <param name="project">Name of the project.</param>
    public static string Program(string project) => Path.Combine(Artifacts, "bin", project, Configuration, project);

    static string FindRoot()
    {
        var folder = Here;
        while (!File.Exists(Path.Combine(folder.FullName, "Shop.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"{Here.FullName} is not within a checkout.");
        }

        return folder.FullName;
    }
}
