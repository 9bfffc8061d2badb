// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/workers.h"

#include <system_error>
#include <utility>

namespace spcs::plugin {

Workers::~Workers() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mu_);
    closing_ = true;
    threads.swap(threads_);
  }
  work_.NotifyAll();
  for (std::thread& thread : threads) thread.join();
}

void Workers::Submit(std::function<void()> work) {
  {
    MutexLock lock(mu_);
    queue_.push_back(std::move(work));
    // An idle thread may already be promised to an earlier entry of the queue.
    if (queue_.size() > idle_ && threads_.size() < limit_) StartThread();
    if (!threads_.empty()) {
      work_.NotifyOne();
      return;
    }
    work = std::move(queue_.back());
    queue_.pop_back();
  }
  work();
}

void Workers::StartThread() {
  try {
    threads_.emplace_back([this] { Run(); });
  } catch (const std::system_error&) {
    // The system has no more threads for us: the work waits for those that we have.
  }
}

size_t Workers::thread_count() const {
  MutexLock lock(mu_);
  return threads_.size();
}

size_t Workers::idle_count() const {
  MutexLock lock(mu_);
  return idle_;
}

void Workers::Run() {
  MutexLock lock(mu_);
  while (true) {
    while (queue_.empty()) {
      if (closing_) return;
      ++idle_;
      work_.Wait(lock);
      --idle_;
    }
    {
      const std::function<void()> work = std::move(queue_.front());
      queue_.pop_front();
      lock.Unlock();
      work();
    }
    lock.Lock();
  }
}

}  // namespace spcs::plugin
