using System.Text;

namespace Emergence.Sinks.Kafka.Settings;

/// <summary>
/// A file of properties as librdkafka's and Kafka's own tools read it: <c>name=value</c> a line, empty lines and lines that begin with
/// <c>#</c> or <c>!</c> left out. A value is taken as it stands, blanks at both ends apart: there are no escapes and no continued lines.
/// </summary>
public static class PropertyFile
{
    private const int MaxBytes = 1 << 20;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; each wrong line is added to the problems by its number, without its text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>What is right, in the order of the file.</returns>
    public static IReadOnlyList<GivenProperty> Read(string path, ICollection<PropertyProblem> problems)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // One byte more than allowed tells a file that is too long, also one that has no length, such as a pipe.
            var bytes = new byte[MaxBytes + 1];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read <= MaxBytes)
                return Parse(path, Strict.GetString(bytes, 0, read), problems);
            problems.Add(new(path, $"it is larger than {MaxBytes} bytes", "name a file of name=value lines"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException and not DecoderFallbackException)
        {
            problems.Add(new(path, $"it cannot be read ({error.GetType().Name})", "name a file of name=value lines that this user may read"));
        }
        catch (DecoderFallbackException)
        {
            problems.Add(new(path, "it is not text in UTF-8", "write it as name=value lines in UTF-8"));
        }

        return [];
    }

    private static List<GivenProperty> Parse(string path, string text, ICollection<PropertyProblem> problems)
    {
        const string form = "write it as name=value, or begin it with # when it is a remark";
        var properties = new List<GivenProperty>();
        var number = 0;
        foreach (var whole in text.TrimStart('\uFEFF').Split('\n'))
        {
            var line = whole.Trim();
            var where = $"{path} line {++number}";
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : line[..equals].TrimEnd();
            if (equals < 0)
                problems.Add(new(where, "it has no \"=\"", form));
            else if (name.Length == 0 || name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
                problems.Add(new(where, "what stands before \"=\" is not the name of a property", form));
            else if (line.Any(char.IsControl))
                problems.Add(new(where, $"the value of {name} has control characters", "write it without them"));
            else if (properties.Find(p => p.Name == name) is { } earlier)
                problems.Add(new(where, $"{name} stands in {earlier.Where} already", "leave one of them out"));
            else
                properties.Add(new(name, line[(equals + 1)..].TrimStart(), where));
        }

        return properties;
    }
}
