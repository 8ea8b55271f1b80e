using System.Runtime.InteropServices;
using System.Text;

namespace Emergence.Stages.Tests.Activations;

/// <summary>Writes <c>.npy</c> files byte by byte, as NumPy lays them out.</summary>
internal static class NpyFile
{
    public static byte[] Bytes<T>(string descr, string shape, ReadOnlySpan<T> values, int version = 1, string order = "False")
        where T : unmanaged => Bytes($"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}", MemoryMarshal.AsBytes(values), version);

    public static byte[] Bytes(string dictionary, ReadOnlySpan<byte> data, int version = 1)
    {
        var prefix = version == 1 ? 10 : 12;
        var padded = dictionary + new string(' ', 64 - ((prefix + dictionary.Length + 1) % 64)) + "\n";
        var length = version == 1 ? BitConverter.GetBytes((ushort)padded.Length) : BitConverter.GetBytes((uint)padded.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. Encoding.Latin1.GetBytes(padded), .. data];
    }

    public static string Write(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
