using System.Runtime.InteropServices;
using System.Text;

namespace Emergence.TestKit.Activations;

/// <summary>Writes <c>.npy</c> files byte by byte, as NumPy lays them out.</summary>
public static class NpyFile
{
    /// <summary>A file's bytes.</summary>
    /// <param name="descr">Element type.</param>
    /// <param name="shape">As Python writes it.</param>
    /// <param name="values">The elements.</param>
    /// <param name="version">1 to 3.</param>
    /// <param name="order">Whether it is in Fortran order, as Python writes it.</param>
    public static byte[] Bytes<T>(string descr, string shape, ReadOnlySpan<T> values, int version = 1, string order = "False")
        where T : unmanaged => Bytes($"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}", MemoryMarshal.AsBytes(values), version);

    /// <summary>A file's bytes with any dictionary.</summary>
    /// <param name="dictionary">The header's text.</param>
    /// <param name="data">What follows it.</param>
    /// <param name="version">1 to 3.</param>
    public static byte[] Bytes(string dictionary, ReadOnlySpan<byte> data, int version = 1)
    {
        var prefix = version == 1 ? 10 : 12;
        var padded = dictionary + new string(' ', 64 - ((prefix + dictionary.Length + 1) % 64)) + "\n";
        var length = version == 1 ? BitConverter.GetBytes((ushort)padded.Length) : BitConverter.GetBytes((uint)padded.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. Encoding.Latin1.GetBytes(padded), .. data];
    }

    /// <summary>Writes bytes; returns the path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its content.</param>
    public static string Write(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
