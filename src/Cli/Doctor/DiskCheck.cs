namespace Emergence.Cli.Doctor;

/// <summary>The disk that receives run folders: writable, with room.</summary>
/// <param name="folder">The folder in which runs are made.</param>
internal sealed class DiskCheck(string folder) : IDoctorCheck
{
    private const long Little = 1L << 30;

    /// <inheritdoc/>
    public string Part => "disk";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        yield return Look(folder);
    }

    private CheckResult Look(string path)
    {
        var existing = Path.GetFullPath(path);
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing) ?? "/";
        try
        {
            var probe = Path.Combine(existing, $".emergence-doctor-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }

            var free = new DriveInfo(existing).AvailableFreeSpace;
            var finding = $"{existing}: writable, {free / 1e9:0.0} GB free";
            return free >= Little
                ? new(Part, CheckState.Ok, finding)
                : new(Part, CheckState.Warning, finding, "Make room or give --out on another disk: a run of a small model takes some hundred MB");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(Part, CheckState.Fault, error.Message.TrimEnd('.'), $"Give write access to {existing}, or give --out in a folder that can be written");
        }
    }
}
