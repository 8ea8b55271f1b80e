namespace Emergence.Stages.Input;

/// <summary>
/// A file or folder from outside is not there, or not there any more: training jobs delete old checkpoints while they are looked
/// at. Whoever knows that it has been there may take it for gone instead of broken.
/// </summary>
/// <param name="file">The file or folder as the user named it.</param>
/// <param name="place">Where in it; empty when the whole is meant.</param>
/// <param name="problem">What is wrong, one clause without a full stop.</param>
/// <param name="remedy">What the user can do about it, one clause without a full stop.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class VanishedException(string file, string place, string problem, string remedy, Exception? inner = null)
    : BadInputException(file, place, problem, remedy, inner)
{
    private const int StaleFileHandle = 116;

    /// <summary>Whether the system says that a file or folder is not there; on network file systems also that an open one was deleted elsewhere.</summary>
    /// <param name="error">What the system threw.</param>
    public static bool IsSign(Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException || (error is IOException && (error.HResult & 0xFFFF) == StaleFileHandle);
}
