using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;

/// <summary>The parts that the published patterns are made of. All see a text without half surrogate pairs that ends where the piece ends.</summary>
internal static class Scan
{
    /// <summary>Class of the character at a position.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The position, below the text's length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte ClassAt(ReadOnlySpan<char> text, int at)
    {
        var found = Unsafe.Add(ref MemoryMarshal.GetReference(CharacterClass.Units), text[at]);
        return found == CharacterClass.Surrogate ? CharacterClass.OfPair(text, at) : found;
    }

    /// <summary>Number of code units of the character at a position.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The position, below the text's length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Width(ReadOnlySpan<char> text, int at) => char.IsHighSurrogate(text[at]) ? 2 : 1;

    /// <summary>Passes over characters of some classes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where to begin, at most the text's length.</param>
    /// <param name="classes">The classes.</param>
    /// <returns>The position of the first character of another class; the text's length when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Run(ReadOnlySpan<char> text, int at, byte classes)
    {
        ref var units = ref MemoryMarshal.GetReference(CharacterClass.Units);
        while (at < text.Length)
        {
            var found = Unsafe.Add(ref units, text[at]);
            if ((found & classes) != 0)
            {
                at++;
            }
            else if (found == CharacterClass.Surrogate && (CharacterClass.OfPair(text, at) & classes) != 0)
            {
                at += 2;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    /// <summary>Passes over at most some characters of some classes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where to begin, at most the text's length.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="most">The greatest number of characters.</param>
    /// <returns>The position after the last of them.</returns>
    public static int Run(ReadOnlySpan<char> text, int at, byte classes, int most)
    {
        for (var count = 0; count < most && at < text.Length && (ClassAt(text, at) & classes) != 0; count++)
        {
            at += Width(text, at);
        }

        return at;
    }

    /// <summary>
    /// <c>\s+(?!\S)|\s+</c>: white space up to the end of the text, or else without its last character, which belongs to
    /// what follows unless it is the only one.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where white space begins.</param>
    /// <param name="after">Where it ends.</param>
    /// <returns>The end of the match.</returns>
    public static int Blank(ReadOnlySpan<char> text, int at, int after) => after == text.Length || after == at + 1 ? after : after - 1;

    /// <summary><c>\s*[\r\n]+|\s+(?!\S)|\s+</c>: white space up to its last line end, when it has one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where white space begins.</param>
    /// <returns>The end of the match.</returns>
    public static int BlankOrLines(ReadOnlySpan<char> text, int at)
    {
        var after = Run(text, at, CharacterClass.Space);
        var line = text[at..after].LastIndexOfAny('\r', '\n');
        return line >= 0 ? at + line + 1 : Blank(text, at, after);
    }
}
