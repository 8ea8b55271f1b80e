using System.Text;
using Spectre.Console;

namespace Emergence.Cli.Tests.Live;

/// <summary>A terminal of a size that the test sets; remembers what was written.</summary>
internal sealed class FixedTerminal : IAnsiConsoleOutput
{
    private readonly StringWriter _writer = new();

    public FixedTerminal(int width, int height)
    {
        (Width, Height) = (width, height);
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = this });
        Console.Profile.Capabilities.Unicode = true;
    }

    public IAnsiConsole Console { get; }

    public TextWriter Writer => _writer;

    public bool IsTerminal => true;

    public int Width { get; set; }

    public int Height { get; set; }

    public string Written => _writer.ToString();

    public void SetEncoding(Encoding encoding)
    {
    }

    /// <summary>What the terminal shows after everything written so far: knows the few sequences that the screen uses, and wraps nothing.</summary>
    public string[] Screen()
    {
        var lines = new List<StringBuilder> { new() };
        var row = 0;
        var text = Written;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\u001b')
            {
                var end = i + 2;
                while (!char.IsLetter(text[end]))
                    end++;
                var argument = text[(i + 2)..end];
                if (text[end] == 'A')
                    row = Math.Max(0, row - int.Parse(argument));
                else if (text[end] == 'H')
                    row = 0;
                else if (text[end] == 'J')
                    lines.RemoveRange(argument == "2" ? 0 : row, lines.Count - (argument == "2" ? 0 : row));
                while (lines.Count <= row)
                    lines.Add(new());
                i = end;
            }
            else if (text[i] == '\n')
            {
                row++;
                if (lines.Count <= row)
                    lines.Add(new());
            }
            else if (text[i] != '\r')
            {
                lines[row].Append(text[i]);
            }
        }

        return [.. lines.Select(l => l.ToString().TrimEnd())];
    }
}
