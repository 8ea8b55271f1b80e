using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers: the same seed gives the same numbers, on the same device and libtorch.</summary>
    public class Generator : IDisposable
    {
        private GeneratorHandle? _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            Native.Check(Native.et_generator(seed, (int)this.device.type, this.device.index, out var handle));
            _handle = new GeneratorHandle(handle);
        }

        private Generator(nint handle)
        {
            device = CPU;
            _handle = new GeneratorHandle(handle);
        }

        /// <summary>The CPU's generator that is used where none is given.</summary>
        public static Generator Default
        {
            get
            {
                Native.Check(Native.et_generator_default(out var handle));
                return new Generator(handle);
            }
        }

        public Device device { get; }

        private GeneratorHandle H => _handle ?? throw new ObjectDisposedException(nameof(Generator));

        internal static GeneratorHandle OrDefault(Generator? generator) => generator?.H ?? GeneratorHandle.None;

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.et_generator_seed(H, unchecked((ulong)seed)));
            return this;
        }

        public long initial_seed()
        {
            Native.Check(Native.et_generator_current_seed(H, out var seed));
            return unchecked((long)seed);
        }

        public Tensor get_state() => Tensor.Take(Native.et_generator_state(H, out var state), state);

        public void set_state(Tensor value) => Native.Check(Native.et_generator_set_state(H, value.H));

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            _handle?.Dispose();
            _handle = null;
        }
    }

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.et_manual_seed(unchecked((ulong)seed)));
        return Generator.Default;
    }

    public static long initial_seed()
    {
        using var generator = Generator.Default;
        return generator.initial_seed();
    }

    public static Tensor get_rng_state()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }

    public static void set_rng_state(Tensor new_state)
    {
        using var generator = Generator.Default;
        generator.set_state(new_state);
    }
}
