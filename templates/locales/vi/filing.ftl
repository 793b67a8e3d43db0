filing-back-tasks = Các phần của hồ sơ
filing-part = Phần { $number } trên { $of }
filing-save-later = Lưu, làm tiếp sau
