namespace Emergence.Stages.Input;

/// <summary>
/// Something read from outside (a file, a folder, a message) is not what it claims to be. The program ends with exit code 3
/// or, for a checkpoint, refuses it with an event; nothing already committed is touched.
/// </summary>
public class BadInputException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="file">The file or folder as the user named it.</param>
    /// <param name="place">Where in it: a line ("line 12"), a byte offset ("offset 8"), a key ("tensor embed_in.weight"); empty when the whole is meant.</param>
    /// <param name="problem">What is wrong, one clause without a full stop.</param>
    /// <param name="remedy">What the user can do about it, one clause without a full stop.</param>
    /// <param name="inner">The cause, when there is one.</param>
    public BadInputException(string file, string place, string problem, string remedy, Exception? inner = null)
        : base($"{file}{(place.Length == 0 ? "" : $" ({place})")}: {problem}. {remedy}.", inner)
    {
        File = file;
        Place = place;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>The file or folder as the user named it.</summary>
    public string File { get; }

    /// <summary>Where in the file; empty when the whole is meant.</summary>
    public string Place { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What the user can do about it.</summary>
    public string Remedy { get; }

    /// <summary>
    /// Whether the file or folder is not there, or not there any more: training jobs delete old checkpoints while they are looked at.
    /// Whoever knows that it has been there may take it for gone instead of broken.
    /// </summary>
    public bool Vanished { get; init; }
}
