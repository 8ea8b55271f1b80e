using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Working;

/// <summary>
/// A group's folder changes hands: its former owner may need a moment to let go of it. Whoever is a member waits for as long as it takes: to pass the
/// work over would lose it, and to end would only bring the next member to the same place.
/// </summary>
internal static class FolderTurn
{
    /// <summary>How long it is waited for without a word.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until nobody writes to a run folder.</summary>
    /// <param name="folder">The run folder; it need not be there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told once what is waited for, when it takes long.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static async Task WaitAsync(string folder, TimeProvider time, Action<string> tell, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var told = false;
        while (RunFolderStore.IsTaken(folder))
        {
            if (!told && time.GetElapsedTime(start) >= Silence)
            {
                told = true;
                tell($"waiting for {folder}: another process writes to it; it goes on when that ends");
            }

            await Task.Delay(s_look, time, cancellationToken);
        }
    }
}
