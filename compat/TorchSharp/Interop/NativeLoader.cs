using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Interop;

/// <summary>Loads the shim, and libtorch with it, at the first call that needs it: 0.5 s and some 286 shared objects that verbs without tensor work never pay.</summary>
internal static unsafe partial class NativeLoader
{
    private const string FileName = "libemergence_torch.so";

    private const string Remedy = "apt-get install -y g++ libtorch-dev libopenblas0-openmp (or set EMERGENCE_LIBTORCH to the folder of an installed torch package), then build again";

    private static readonly Lock Loading = new();

    private static int _registered;

    private static nint _shim;

    internal static bool Loaded { get; private set; }

    internal static void Register()
    {
        if (Interlocked.Exchange(ref _registered, 1) == 0) NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != Native.Library) return 0;
        lock (Loading)
        {
            // Asked again for every function when it is first called: only the first time may touch the threads, or it would undo set_num_threads.
            return _shim != 0 ? _shim : _shim = Load(assembly);
        }
    }

    private static nint Load(Assembly assembly)
    {
        TuneBeforeFirstLoad();
        PreferOpenBlas();
        var file = Path.Combine(Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory, FileName);
        if (!NativeLibrary.TryLoad(file, out var shim)) throw new DllNotFoundException($"libtorch could not be loaded through {file}: {Reason(file)}. Mend it with: {Remedy}");
        UseTheMachine(shim);
        Loaded = true;
        return shim;
    }

    private static string Reason(string file)
    {
        if (!File.Exists(file)) return "the file does not exist";
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(file));
            return "it loads on a second attempt";
        }
        catch (DllNotFoundException e)
        {
            return e.Message;
        }
    }

    /// <summary>
    /// ATen and OpenBLAS take a new processor for an old one; both read the environment once, while they load. Environment.SetEnvironmentVariable
    /// does not reach native code, so libc's setenv is called; what the user has set stays.
    /// </summary>
    private static void TuneBeforeFirstLoad()
    {
        if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported)
        {
            SetUnlessSet("ATEN_CPU_CAPABILITY", "avx512");
            SetUnlessSet("OPENBLAS_CORETYPE", "SkylakeX");
        }
        else if (Avx2.IsSupported && Fma.IsSupported)
        {
            SetUnlessSet("ATEN_CPU_CAPABILITY", "avx2");
            SetUnlessSet("OPENBLAS_CORETYPE", "Haswell");
        }
        // OMP_PROC_BIND stays unset: it would pin the thread that loads libtorch to the first core, every .NET thread started from it would inherit
        // that, and two processes on one machine would share that core.
        SetUnlessSet("OMP_WAIT_POLICY", "passive");
    }

    private static void SetUnlessSet(string name, string value) => _ = setenv(name, value, overwrite: 0);

    /// <summary>Debian's libtorch binds to whichever libblas.so.3 is loaded first; the reference one is sixty times slower than OpenBLAS.</summary>
    private static void PreferOpenBlas()
    {
        var triple = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        foreach (var kind in (string[])["openblas-openmp", "openblas-pthread", "openblas-serial"])
        {
            var file = $"/usr/lib/{triple}/{kind}/libblas.so.3";
            if (File.Exists(file) && NativeLibrary.TryLoad(file, out _)) return;
        }
    }

    /// <summary>On some virtual machines libtorch believes that there is one core. What the user gave as OMP_NUM_THREADS stays.</summary>
    private static void UseTheMachine(nint shim)
    {
        var get = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(shim, "et_get_num_threads");
        var set = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(shim, "et_set_num_threads");
        int threads;
        if (get(&threads) != 0) return;
        var chosen = Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is { Length: > 0 };
        _ = set(threads == 1 && !chosen ? Environment.ProcessorCount : threads);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
