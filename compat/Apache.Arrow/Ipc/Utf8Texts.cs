using System.Text.Unicode;

namespace Apache.Arrow.Ipc;

/// <summary>Whether texts that lie behind each other are UTF-8, each by itself.</summary>
internal static class Utf8Texts
{
    /// <summary>The first text that is not; −1 when all are.</summary>
    /// <param name="offsets">Where each begins, and where the last ends; ascending, inside the bytes.</param>
    /// <param name="bytes">The texts.</param>
    public static int FirstWrong(ReadOnlySpan<int> offsets, ReadOnlySpan<byte> bytes)
    {
        if (offsets.IsEmpty || (Utf8.IsValid(bytes[offsets[0]..offsets[^1]]) && BeginWithCharacters(offsets, bytes)))
        {
            return -1;
        }

        for (var i = 0; i < offsets.Length - 1; i++)
        {
            if (!Utf8.IsValid(bytes[offsets[i]..offsets[i + 1]]))
            {
                return i;
            }
        }

        return -1;
    }

    // Where all are whole together, none is cut unless an offset stands within a character.
    private static bool BeginWithCharacters(ReadOnlySpan<int> offsets, ReadOnlySpan<byte> bytes)
    {
        foreach (var offset in offsets)
        {
            if (offset < bytes.Length && (bytes[offset] & 0xc0) == 0x80)
            {
                return false;
            }
        }

        return true;
    }
}
