using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Working;

/// <summary>A group's folder changes hands: its former owner may need a moment to let go of it.</summary>
internal static class FolderTurn
{
    /// <summary>How long it is waited for. Then opening the folder says who has it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until nobody writes to a run folder, or patience is at its end.</summary>
    /// <param name="folder">The run folder; it need not be there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static async Task WaitAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (RunFolderStore.IsTaken(folder) && time.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(s_look, time, cancellationToken);
        }
    }
}
