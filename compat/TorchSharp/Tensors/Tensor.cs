using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A multi-dimensional array in libtorch's memory. It belongs to the dispose scope of the thread that made it, if there is one; using it after it was
    /// disposed throws <see cref="InvalidOperationException"/>, and what libtorch refuses throws <see cref="ExternalException"/> with libtorch's message.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private TensorHandle? _handle;

        internal Tensor(nint handle) : this(new TensorHandle(handle)) => OwningDisposeScope = DisposeScopeManager.Current.Register(this);

        // Takes a handle over from another tensor object: no scope, nothing counted.
        private Tensor(TensorHandle handle) => _handle = handle;

        /// <summary>Takes over what <paramref name="data"/> holds, which is invalid afterwards, and its place in its scope.</summary>
        private protected Tensor(Tensor data, bool requires_grad) : this(data.with_requires_grad(requires_grad).H)
        {
            data._handle = null;
            data.OwningDisposeScope?.Replace(data, this);
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>The native handle for a call; the runtime keeps it alive for the duration.</summary>
        internal TensorHandle H => _handle ?? throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public IntPtr Handle => H.DangerousGetHandle();

        public bool IsInvalid => _handle is null;

        /// <summary>How many native tensor handles exist in this process now, forgotten ones included until they are finalised.</summary>
        public static long TotalCount => NativeLoader.Loaded ? Native.et_live() : 0;

        /// <summary>The greatest value <see cref="TotalCount"/> has had.</summary>
        public static long PeakCount => NativeLoader.Loaded ? Native.et_peak() : 0;

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle is null) return;
            DisposeScopeManager.Current.Released(this);
            OwningDisposeScope?.Forget(this);
            _handle.Dispose();
            _handle = null;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } owner) owner.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        /// <summary>A new tensor from a native result; called after the native function, so that its status comes first.</summary>
        internal static Tensor Take(int status, nint handle)
        {
            Native.Check(status);
            return new Tensor(handle);
        }

        internal static Tensor? TakeOrNull(int status, nint handle)
        {
            Native.Check(status);
            return handle == 0 ? null : new Tensor(handle);
        }

        internal static (Tensor, Tensor) Take(int status, nint first, nint second)
        {
            Native.Check(status);
            return (new Tensor(first), new Tensor(second));
        }

        /// <summary>The result of an in-place function: this tensor.</summary>
        private Tensor Self(int status)
        {
            Native.Check(status);
            return this;
        }

        internal static TensorHandle Optional(Tensor? tensor) => tensor is null ? TensorHandle.None : tensor.H;

        /// <summary>The handles of a list for one native call; the caller keeps the tensors alive with GC.KeepAlive.</summary>
        internal static nint[] Handles(ReadOnlySpan<Tensor> tensors)
        {
            var handles = new nint[tensors.Length];
            for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i].Handle;
            return handles;
        }
    }
}
