using System.Globalization;
using System.Text.RegularExpressions;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// Which folders are checkpoints and of which step, by their names. Unless told otherwise: <c>step12</c> (Pythia),
/// <c>step-12</c>, <c>checkpoint-12</c> (Transformers), leading zeros allowed. Everything else, such as the temporary
/// folders of a writer, is none.
/// </summary>
public sealed class CheckpointPattern
{
    // A folder's name is at most 255 characters and the engine below is linear, so no time limit is needed.
    private readonly Regex _regex;

    private CheckpointPattern(string text)
    {
        Text = text;
        _regex = new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    /// <summary>The names that are known without being told.</summary>
    public static CheckpointPattern Default { get; } = new("^(?:step-?|checkpoint-)(?<step>[0-9]+)\\z");

    /// <summary>The regular expression.</summary>
    public string Text { get; }

    /// <summary>Makes a pattern of a user's regular expression.</summary>
    /// <param name="text">A .NET regular expression that matches a folder's whole name and has a group <c>step</c>, or else a first group, of digits.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="ArgumentException">It is no regular expression, needs backtracking (look-around, back references), or has no group.</exception>
    public static CheckpointPattern Parse(string text)
    {
        try
        {
            var pattern = new CheckpointPattern($"^(?:{text})\\z");
            if (pattern._regex.GetGroupNumbers().Length < 2)
            {
                throw new ArgumentException($"the pattern '{text}' has no group for the step; write it like 'model_(?<step>[0-9]+)'", nameof(text));
            }

            return pattern;
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"the pattern '{text}' uses a construct that is not supported: {e.Message}", nameof(text), e);
        }
    }

    /// <summary>Reads the step from a folder's name.</summary>
    /// <param name="name">The name, without the path.</param>
    /// <param name="step">Its step, 0 or more.</param>
    /// <returns>Whether the name is a checkpoint's.</returns>
    public bool TryStep(string name, out long step)
    {
        step = 0;
        var match = _regex.Match(name);
        if (!match.Success)
        {
            return false;
        }

        var group = match.Groups["step"].Success ? match.Groups["step"] : match.Groups[1];
        return group.Success && long.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out step);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
