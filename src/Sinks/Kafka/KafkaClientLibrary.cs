using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Emergence.Sinks.Kafka;

/// <summary>
/// Loads librdkafka for Confluent.Kafka: the library that came with the package when there is one, else the machine's own
/// (Debian: librdkafka1). Without this the managed assembly looks only for the file names of its own package.
/// </summary>
public static class KafkaClientLibrary
{
    private static readonly Lock Gate = new();
    private static bool _resolving;

    /// <summary>Makes Confluent.Kafka find the library; call it before the first client is made. Later calls do nothing.</summary>
    public static void UseMachineLibrary()
    {
        lock (Gate)
        {
            if (_resolving)
                return;
            NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
            _resolving = true;
        }
    }

    /// <summary>Loads the library and asks its version, such as "2.0.2"; needs no broker.</summary>
    /// <exception cref="DllNotFoundException">librdkafka is not on this machine.</exception>
    public static string Version()
    {
        UseMachineLibrary();
        return Library.VersionString;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (NativeLibrary.TryLoad(name, assembly, path, out var handle))
            return handle;
        string? machine = name switch
        {
            "librdkafka" => "librdkafka.so.1",
            "libdl" => "libdl.so.2",
            _ => null,
        };
        return machine is not null && NativeLibrary.TryLoad(machine, out handle) ? handle : 0;
    }
}
