using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>The GPUs that the chosen libtorch can use; Debian's has none.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count()
        {
            Native.Check(Native.et_cuda_count(out var count));
            return count;
        }

        /// <summary>Waits for all work on a device (the current one when null); nothing without a GPU.</summary>
        public static void synchronize(Device? device = null)
        {
            if (is_available()) Native.Check(Native.et_cuda_synchronize(device?.index ?? -1));
        }

        public static void manual_seed_all(long seed)
        {
            if (is_available()) Native.Check(Native.et_cuda_manual_seed_all(unchecked((ulong)seed)));
        }
    }

    public static partial class backends
    {
        public static partial class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get
                    {
                        Native.Check(Native.et_allow_tf32(out var allowed));
                        return allowed;
                    }
                    set => Native.Check(Native.et_set_allow_tf32(value));
                }
            }
        }
    }
}
