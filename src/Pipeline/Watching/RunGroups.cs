namespace Emergence.Pipeline.Watching;

/// <summary>Where the layer groups of a run lie in its folder.</summary>
internal static class RunGroups
{
    /// <summary>The folder of the groups' run folders.</summary>
    public const string FolderName = "groups";

    /// <summary>Run folder of a group.</summary>
    /// <param name="run">Folder of the whole run.</param>
    /// <param name="group">Name of the group.</param>
    public static string FolderOf(string run, string group) => Path.Combine(run, FolderName, group);
}
